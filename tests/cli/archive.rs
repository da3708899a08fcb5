//! Archives made byte by byte, honest and dishonest ones.

/// One file of an archive.
pub(crate) struct Packed {
    name: String,
    /// As it lies in the archive.
    bytes: Vec<u8>,
    /// What the archive says about it.
    crc: u32,
    size: u32,
    method: u16,
}

impl Packed {
    /// A file that is stored as it is.
    pub(crate) fn stored(name: &str, bytes: &[u8]) -> Self {
        let size = u32::try_from(bytes.len()).unwrap();
        Self { name: name.to_owned(), bytes: bytes.to_vec(), crc: crc_of(bytes), size, method: 0 }
    }

    /// A table of so many bytes, of which less than a hundredth lies in the archive.
    pub(crate) fn bomb(name: &str, size: usize) -> Self {
        let mut text = b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n".to_vec();
        let row = b"Jane,Doe,https://www.linkedin.com/in/jane,,,,08 Feb 2026\n";
        text.extend(row.iter().cycle().take(size - text.len()));
        let mut packer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        packer.start_file("x", options).unwrap();
        std::io::Write::write_all(&mut packer, &text).unwrap();
        let archive = packer.finish().unwrap().into_inner();
        let mut reader = zip::ZipArchive::new(std::io::Cursor::new(archive.clone())).unwrap();
        let entry = reader.by_index(0).unwrap();
        let from = usize::try_from(entry.data_start().unwrap()).unwrap();
        let to = from + usize::try_from(entry.compressed_size()).unwrap();
        let (crc, size) = (entry.crc32(), u32::try_from(size).unwrap());
        Self { name: name.to_owned(), bytes: archive[from..to].to_vec(), crc, size, method: 8 }
    }
}

/// An archive of these files.
pub(crate) fn zip_of(files: &[Packed]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let offset = u32::try_from(zip.len()).unwrap();
        let mut common: Vec<u8> = [20_u16, 0, file.method, 0, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
        for number in [file.crc, u32::try_from(file.bytes.len()).unwrap(), file.size] {
            common.extend(number.to_le_bytes());
        }
        common.extend(u16::try_from(file.name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        zip.extend(b"PK\x03\x04");
        zip.extend(&common);
        zip.extend(file.name.bytes().chain(file.bytes.iter().copied()));
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(file.name.bytes());
    }
    let (start, length) = (u32::try_from(zip.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let number = u16::try_from(files.len()).unwrap().to_le_bytes();
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(number);
    zip.extend(number);
    zip.extend(length.to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0, 0]);
    zip
}

fn crc_of(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}
